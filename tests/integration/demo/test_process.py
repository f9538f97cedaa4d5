import asyncio
import signal
import sys
from pathlib import Path

import httpx

from oblivious.demo.served import read_served

PROGRAM = "from oblivious.demo.cli import demo_upstream_command; demo_upstream_command()"


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
