// Asks for models of any dialect with OpenAI's SDK for JavaScript; prints what it saw, by model, as one JSON object.
import OpenAI from "openai";

const [baseURL, apiKey, models] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const hello = [{ role: "user", content: "hello there" }];
const asking = [{ role: "user", content: "Which tool knows of Paris?" }];
const parameters = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};
const chatTools = [{ type: "function", function: { name: "get_weather", parameters } }];
const flatTools = [{ type: "function", name: "get_weather", parameters, strict: true }];

async function message(asked, streamed) {
  const answer = streamed
    ? await client.chat.completions.stream(asked).finalChatCompletion()
    : await client.chat.completions.create(asked);
  return answer.choices[0].message;
}

// The SDK's own accumulator keeps only the last piece of a member that OpenAI does not have.
async function thoughts(asked, streamed) {
  if (!streamed) return (await message(asked, false)).reasoning_content;
  let text = "";
  for await (const chunk of await client.chat.completions.create({ ...asked, stream: true })) {
    text += chunk.choices[0]?.delta?.reasoning_content ?? "";
  }
  return text;
}

async function response(asked, streamed) {
  return streamed ? client.responses.stream(asked).finalResponse() : client.responses.create(asked);
}

async function chat(model, streamed) {
  const words = await message({ model, messages: hello }, streamed);
  const calling = await message({ model, messages: asking, tools: chatTools }, streamed);
  const [call] = calling.tool_calls;
  const result = { role: "tool", tool_call_id: call.id, content: "sunny" };
  const after = await message({ model, messages: [...asking, calling, result], tools: chatTools }, streamed);
  return {
    text: words.content,
    thought: await thoughts({ model, messages: hello, reasoning_effort: "low" }, streamed),
    call: [call.function.name, JSON.parse(call.function.arguments)],
    after: after.content,
  };
}

async function responses(model, streamed) {
  const words = await response({ model, input: "hello there" }, streamed);
  const asked = { model, input: "hello there", reasoning: { effort: "low", summary: "auto" } };
  const thoughtful = await response(asked, streamed);
  const calling = await response({ model, input: asking, tools: flatTools }, streamed);
  const call = calling.output.find((item) => item.type === "function_call");
  const result = { type: "function_call_output", call_id: call.call_id, output: "sunny" };
  const input = [...asking, ...calling.output, result];
  const after = await response({ model, input, tools: flatTools }, streamed);
  return {
    text: words.output_text,
    thought: thoughtful.output.find((item) => item.type === "reasoning").summary[0].text,
    call: [call.name, JSON.parse(call.arguments)],
    after: after.output_text,
  };
}

const saw = {};
for (const model of models.split(",")) {
  saw[model] = {};
  for (const [how, streamed] of [["json", false], ["stream", true]]) {
    saw[model][how] = { chat: await chat(model, streamed), responses: await responses(model, streamed) };
  }
}
console.log(JSON.stringify(saw));
