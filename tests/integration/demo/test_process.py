import asyncio
import signal
import sys
from pathlib import Path

import httpx

from oblivious.demo.fleet import own_log
from oblivious.demo.served import read_served
from tests.services.ports import free_port

PROGRAM = "from oblivious.demo.cli import demo_upstream_command; demo_upstream_command()"
PLOT = """
[[part]]
keys = "-dead"
phases = [{ plays = "status=401" }]

[[part]]
upstreams = "1"
phases = [{ requests = 1 }, { plays = "status=429;retry-after=1" }]

[[part]]
upstreams = "3"
phases = [{ plays = "status=503" }]
"""


async def test_a_process_of_its_own(tmp_path: Path) -> None:
    """The command prints its URL, serves with its options, and goes at SIGTERM with its log complete."""
    log = tmp_path / "served.jsonl"
    options = ("--port", "0", "--log", str(log), "--length", "2", "--usage", "7/3", "--api-key", "one")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, *options, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(20):
        line = (await process.stdout.readline()).decode().strip()
        async with httpx.AsyncClient(base_url=line.rpartition(" ")[2]) as client:
            body = {"model": "demo", "messages": [{"role": "user", "content": "hello"}]}
            refused = await client.post("/v1/chat/completions", json=body)
            answer = await client.post(
                "/v1/chat/completions", json=body, headers={"authorization": "Bearer one"}
            )
            process.send_signal(signal.SIGTERM)
            status = await process.wait()

    assert line.startswith("Oblivious' demo upstream listens on http://127.0.0.1:")
    assert (refused.status_code, answer.status_code, status) == (401, 200, 0)
    assert answer.json()["choices"][0]["message"]["content"] == "This is"
    assert answer.json()["usage"]["total_tokens"] == 10
    assert [(one.status, one.key) for one in read_served(log)] == [(401, ""), (200, "one")]


async def test_a_fleet_in_one_process(tmp_path: Path) -> None:
    """Each port plays its own part of the plot, tells apart the keys, and has a log of its own."""
    ports = [free_port() for _ in range(3)]
    plot, log = tmp_path / "plot.toml", tmp_path / "served.jsonl"
    plot.write_text(PLOT)
    options = ("--ports", ",".join(map(str, ports)), "--plot", str(plot), "--log", str(log))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, *options, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(20), httpx.AsyncClient() as client:
        urls = [(await process.stdout.readline()).decode().split()[-1] for _ in ports]
        seen = [[await ask(client, url, key) for key in ("sk-a", "sk-a", "sk-dead")] for url in urls]
        process.send_signal(signal.SIGTERM)
        status = await process.wait()

    assert status == 0
    assert urls == [f"http://127.0.0.1:{port}" for port in ports]
    assert seen == [[200, 429, 401], [200, 200, 401], [503, 503, 401]]
    logs = [read_served(own_log(log, port)) for port in ports]
    assert [[one.status for one in served] for served in logs] == seen


async def ask(client: httpx.AsyncClient, url: str, key: str) -> int:
    """Return the status of one small chat."""
    body = {"model": "demo", "messages": [{"role": "user", "content": "hello"}]}
    headers = {"authorization": f"Bearer {key}"}
    return (await client.post(f"{url}/v1/chat/completions", json=body, headers=headers)).status_code
