// Asks a gateway the way programs on Vercel's AI SDK do, with each provider object at every model that is named;
// prints what it saw as one JSON object, by provider and model.
import { createAnthropic } from "@ai-sdk/anthropic";
import { createGoogle } from "@ai-sdk/google";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, isStepCount, Output, streamText, tool } from "ai";
import { z } from "zod";

globalThis.AI_SDK_LOG_WARNINGS = false;

const [url, apiKey, served, failing] = process.argv.slice(2);
const v1 = { baseURL: `${url}/v1`, apiKey };
const openai = createOpenAI(v1);
const anthropic = createAnthropic(v1);
const google = createGoogle({ baseURL: `${url}/v1beta`, apiKey });
const compatible = createOpenAICompatible({
  ...v1,
  name: "gateway",
  includeUsage: true,
  supportsStructuredOutputs: true,
});

const effort = { forceReasoning: true, reasoningEffort: "low", store: false };
const budget = { type: "enabled", budgetTokens: 1024 };
const thinkingConfig = { includeThoughts: true, thinkingBudget: 1024 };
const providers = {
  chat: { of: openai.chat },
  responses: { of: openai.responses, thinking: { openai: { ...effort, reasoningSummary: "auto" } } },
  anthropic: { of: anthropic, thinking: { anthropic: { thinking: budget } } },
  google: { of: google, thinking: { google: { thinkingConfig } } },
  compatible: { of: compatible, thinking: { gateway: { reasoningEffort: "low" } } },
};

const tools = {
  get_weather: tool({
    description: "Say what the weather is.",
    inputSchema: z.object({ city: z.string() }),
    execute: async ({ city }) => `sunny in ${city}`,
  }),
};

async function generated(asked) {
  return generateText({ maxRetries: 0, ...asked });
}

async function streamed(asked) {
  let failure = null;
  const result = streamText({ maxRetries: 0, onError: ({ error }) => (failure = error), ...asked });
  await result.consumeStream();
  if (failure !== null) throw failure;
  const names = ["text", "usage", "steps", "finishReason", ...(asked.output ? ["output"] : [])];
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await result[name]])));
}

async function text(ask, model) {
  const answer = await ask({ model, instructions: "Be kind.", prompt: "hello there" });
  return { text: answer.text, finish: answer.finishReason, tokens: answer.usage.outputTokens };
}

async function toolRoundTrip(ask, model, providerOptions) {
  const prompt = "What does get_weather say of Paris?";
  const limits = { maxOutputTokens: 2000, stopWhen: isStepCount(3) };
  const answer = await ask({ model, tools, prompt, providerOptions, ...limits });
  const [first] = answer.steps;
  return {
    thought: first.reasoningText ?? null,
    finishes: answer.steps.map((step) => step.finishReason),
    calls: first.toolCalls.map((call) => [call.toolName, call.input]),
    results: first.toolResults.map((result) => result.output),
    text: answer.text,
  };
}

async function thinking(ask, model, providerOptions) {
  const messages = [{ role: "user", content: "hello there" }];
  const saw = [];
  for (let turn = 0; turn < 3; turn += 1) {
    const answer = await ask({ model, messages, providerOptions, maxOutputTokens: 2000 });
    const [step] = answer.steps;
    saw.push([step.reasoningText, answer.text]);
    messages.push(...step.response.messages, { role: "user", content: "and then?" });
  }
  return saw;
}

async function object(ask, model) {
  const output = Output.object({ schema: z.object({ city: z.string() }) });
  return (await ask({ model, output, prompt: "hello there" })).output;
}

async function attempt(what) {
  try {
    return await what();
  } catch (error) {
    return { error: error.name, status: error.statusCode ?? null, message: error.message };
  }
}

async function everything({ of, thinking: options }, name) {
  const model = of(name);
  const seen = {};
  for (const [how, ask] of Object.entries({ generated, streamed })) {
    seen[how] = {
      text: await attempt(() => text(ask, model)),
      tool: await attempt(() => toolRoundTrip(ask, model)),
      object: await attempt(() => object(ask, model)),
      thinking: options && (await attempt(() => thinking(ask, model, options))),
      thoughtfulTool: options && (await attempt(() => toolRoundTrip(ask, model, options))),
    };
  }
  return seen;
}

async function failure({ of }, name) {
  return {
    generated: await attempt(() => text(generated, of(name))),
    streamed: await attempt(() => text(streamed, of(name))),
  };
}

const saw = {};
for (const [provider, kind] of Object.entries(providers)) {
  saw[provider] = {};
  for (const model of served.split(",")) saw[provider][model] = await everything(kind, model);
  for (const model of failing.split(",")) saw[provider][model] = await failure(kind, model);
}
console.log(JSON.stringify(saw));
