"""Amazon's own SDK gets embeddings of the demo upstream."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from oblivious.demo import DemoOptions, DemoUpstream
from oblivious.demo.vectors import vector

TITAN, COHERE = "amazon.titan-embed-text-v2:0", "cohere.embed-v4:0"
NOVA = "amazon.nova-2-multimodal-embeddings-v1:0"


@pytest.fixture
async def upstream() -> AsyncIterator[DemoUpstream]:
    demo = DemoUpstream(DemoOptions())
    await demo.start()
    yield demo
    await demo.stop()


async def invoked(upstream: DemoUpstream, model: str, **body: Any) -> tuple[Any, str]:
    """Return the answer and the count in its header, off the loop that the demo runs on: the SDK blocks."""

    def run() -> tuple[Any, str]:
        client = boto3.client(
            "bedrock-runtime",
            region_name="eu-central-1",
            endpoint_url=upstream.url,
            aws_access_key_id="AKIADEMO",
            aws_secret_access_key="secret",
            config=Config(retries={"total_max_attempts": 1}, proxies={}),
        )
        try:
            answer = client.invoke_model(modelId=model, body=json.dumps(body))
            headers = answer["ResponseMetadata"]["HTTPHeaders"]
            return json.loads(answer["body"].read()), headers.get("x-amzn-bedrock-input-token-count", "")
        finally:
            client.close()

    return await asyncio.to_thread(run)


async def test_titan(upstream: DemoUpstream) -> None:
    """One text, its vector twice, and what it took."""
    answer, counted = await invoked(upstream, TITAN, inputText="hello there", dimensions=8)

    assert answer["embedding"] == answer["embeddingsByType"]["float"] == vector("hello there", 8)
    assert (answer["inputTextTokenCount"], counted) == (2, "2")


async def test_cohere(upstream: DemoUpstream) -> None:
    """Texts, and a count only in the header; by type where types are asked for."""
    asked: dict[str, Any] = {"texts": ["one", "two"], "input_type": "search_query", "output_dimension": 8}
    plain, counted = await invoked(upstream, COHERE, **asked)
    typed, _ = await invoked(upstream, COHERE, embedding_types=["float"], **asked)

    assert plain["embeddings"] == typed["embeddings"]["float"] == [vector("one", 8), vector("two", 8)]
    assert (plain["response_type"], typed["response_type"]) == ("embeddings_floats", "embeddings_by_type")
    assert counted == "2"


def asked_of_nova(text: str = "hello there", purpose: str = "TEXT_RETRIEVAL", size: int = 256) -> Any:
    parameters = {
        "embeddingPurpose": purpose,
        "embeddingDimension": size,
        "text": {"truncationMode": "END", "value": text},
    }
    return {"taskType": "SINGLE_EMBEDDING", "singleEmbeddingParams": parameters}


async def test_nova(upstream: DemoUpstream) -> None:
    """One text, in a list of one."""
    answer, counted = await invoked(upstream, NOVA, **asked_of_nova())

    assert answer["embeddings"] == [{"embeddingType": "TEXT", "embedding": vector("hello there", 256)}]
    assert counted == "2"


@pytest.mark.parametrize(
    ("model", "body"),
    [
        (TITAN, {"inputText": ""}),
        (TITAN, {"inputText": "hello", "dimensions": 0}),
        (NOVA, asked_of_nova("")),
        (NOVA, asked_of_nova(size=8)),
        (NOVA, asked_of_nova(purpose="search_query")),
        (COHERE, {"texts": ["hello"]}),
        (COHERE, {"texts": ["hello"] * 97, "input_type": "search_query"}),
        (COHERE, {"texts": ["hello"], "input_type": "anything"}),
    ],
    ids=[
        *(
            "no text",
            "no length",
            "no text for Nova",
            "a length that Nova lacks",
            "a purpose that Nova lacks",
        ),
        *("no purpose", "too many", "another purpose"),
    ],
)
async def test_what_bedrock_would_refuse_is_refused(
    upstream: DemoUpstream, model: str, body: dict[str, Any]
) -> None:
    """As its SDK knows it."""
    with pytest.raises(ClientError) as refused:
        await invoked(upstream, model, **body)

    assert refused.value.response["Error"]["Code"] == "ValidationException"
