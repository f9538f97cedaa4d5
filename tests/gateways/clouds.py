"""Channels of Google's and Microsoft's clouds, as an operator adds them: with key files and addresses."""

import asyncio
from dataclasses import dataclass

import httpx

from oblivious.demo.served import Served
from tests.fakes.service_accounts import key_file
from tests.fakes.waiting import PATIENCE_SECONDS
from tests.gateways.gateway import Gateway, Row
from tests.gateways.world import CHAT, Way

GEMINI, CLAUDE, LLAMA = "gemini-at-vertex", "claude-at-vertex", "llama-at-vertex"
"""Of one channel; each in the dialect of its family."""

EMBEDDER = "embeds-at-vertex"
"""Of the same channel; its vectors are asked for by `predict`."""

EXPRESS = "gemini-by-express"
"""With an API key."""

HURRIED = "gemini-hurried"
"""Its tokens last for a second."""

RESCUED = "gemini-rescued"
"""Nobody knows the account of its first channel; the second one is the demo's."""

DEPLOYED = "gpt-deployed"
"""At Azure, by deployment, in a version of the channel's own."""

CLOUD_MODELS = (GEMINI, CLAUDE, LLAMA, EXPRESS, HURRIED, RESCUED, DEPLOYED)

_POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Clouds:
    """A gateway with such channels."""

    gateway: Gateway

    def served(self, path: str) -> list[Served]:
        """Return what was asked for at paths that hold this one."""
        return [one for one in self.gateway.upstreams[0].served() if path in one.path]

    async def listed(self, http: httpx.AsyncClient) -> None:
        """Return once the gateway knows of them.

        Raises:
            TimeoutError: it did not learn of them in time.
        """
        headers = {"authorization": f"Bearer {self.gateway.key}"}
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                answer = await http.get(f"{self.gateway.url}/v1/models", headers=headers)
                if {model["id"] for model in answer.json()["data"]}.issuperset(CLOUD_MODELS):
                    return
                await asyncio.sleep(_POLL_SECONDS)

    async def probed(self, model: str) -> list[Row]:
        """Test the oldest channel that serves a model."""
        do = self.gateway.installation.do
        channels = await asyncio.to_thread(do, "channel", "list")
        name = next(channel["name"] for channel in channels if model in channel["models"])
        rows: list[Row] = await asyncio.to_thread(do, "channel", "test", name, "--model", model)
        return rows


def with_clouds(gateway: Gateway) -> Clouds:
    """Add the channels to a gateway, and a price for each model."""
    url, folder = gateway.upstreams[0].url, gateway.installation.folder

    def keyed(name: str, text: str) -> dict[str, str]:
        file = folder / f"{name}.json"
        file.write_text(text)
        return {"api-key": f"@{file}"}

    good = keyed("good", key_file(f"{url}/token"))
    hurried = keyed("hurried", key_file(f"{url}/token?expires_in=1"))
    stranger = keyed("stranger", key_file(f"{url}/token", client_email="nobody@example.test"))
    dated = {"base-url": f"{url}/openai?api-version=2024-10-21"}
    models = {GEMINI: "gemini-demo", CLAUDE: "claude-demo@20250929", LLAMA: "meta/llama-demo"}
    models[EMBEDDER] = "text-embedding-005"
    for way in (
        Way(models, "vertex", more=good),
        Way({EXPRESS: "gemini-demo"}, "vertex-express"),
        Way({HURRIED: "gemini-demo"}, "vertex", more=hurried),
        Way({RESCUED: "gemini-demo"}, "vertex", more={**stranger, "priority": "9"}),
        Way({RESCUED: CHAT}),
        Way({DEPLOYED: "demo"}, "azure-deployments", more=dated),
    ):
        gateway.add_channel(way)
    for model in (*CLOUD_MODELS, EMBEDDER):
        gateway.set_price(model, "1", "2")
    return Clouds(gateway)
