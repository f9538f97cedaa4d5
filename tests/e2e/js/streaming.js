// Asks a gateway the way a program on OpenAI's SDK for JavaScript does; prints what it saw as one JSON object.
import OpenAI from "openai";

const [baseURL, apiKey, model, brokenModel] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const messages = [{ role: "user", content: "hello there" }];

async function chat() {
  const stream = await client.chat.completions.create({
    model,
    messages,
    stream: true,
    stream_options: { include_usage: true },
  });
  let text = "";
  let usage = null;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta?.content ?? "";
    usage = chunk.usage ?? usage;
  }
  return { text, tokens: usage.completion_tokens };
}

async function helper() {
  const answer = await client.chat.completions.stream({ model, messages }).finalChatCompletion();
  return answer.choices[0].message.content;
}

async function responses() {
  const stream = await client.responses.create({ model, input: "hello there", stream: true });
  let text = "";
  let last = "";
  for await (const event of stream) {
    if (event.type === "response.output_text.delta") text += event.delta;
    last = event.type;
  }
  return { text, last };
}

async function broken() {
  let text = "";
  try {
    const stream = await client.chat.completions.create({ model: brokenModel, messages, stream: true });
    for await (const chunk of stream) text += chunk.choices[0]?.delta?.content ?? "";
  } catch (error) {
    return { text, error: error.constructor.name, code: error.code };
  }
  return { text, error: null };
}

async function refused() {
  try {
    await client.chat.completions.create({ model: "no-such-model", messages });
  } catch (error) {
    return { error: error.constructor.name, code: error.code };
  }
  return { error: null };
}

console.log(
  JSON.stringify({
    chat: await chat(),
    helper: await helper(),
    responses: await responses(),
    broken: await broken(),
    refused: await refused(),
  }),
);
