// The Node SDK's hello world behind its own verifiers: `hello.js FOLDER PORT`.
//
// The adapter checks a chain once, against Node's built-in roots, and keeps it by URL for good. Those
// roots cannot be added to, so the benchmark's chain is put where the adapter keeps a checked one:
// what is measured is what the adapter does for every request after the first.
'use strict';

const cluster = require('node:cluster');
const fs = require('node:fs');
const path = require('node:path');
const Alexa = require('ask-sdk-core');
const { ExpressAdapter } = require('ask-sdk-express-adapter');
const express = require('express');

const WORKERS = 2;
const CHAIN_URL = 'https://s3.amazonaws.com/echo.api/echo-api-cert.pem';
const [folder, port] = process.argv.slice(2);

function says(canHandle, words, ending) {
  return {
    canHandle: ({ requestEnvelope }) => canHandle(requestEnvelope),
    handle: ({ responseBuilder }) => {
      const builder = responseBuilder.speak(words);
      return (ending ? builder : builder.reprompt(words)).getResponse();
    },
  };
}

const isType = (type) => (envelope) => Alexa.getRequestType(envelope) === type;
const isIntent = (...names) => (envelope) =>
  isType('IntentRequest')(envelope) && names.includes(Alexa.getIntentName(envelope));

function skill() {
  return Alexa.SkillBuilders.custom()
    .addRequestHandlers(
      says(isType('LaunchRequest'), 'Welcome, you can say hello!'),
      says(isIntent('HelloWorldIntent'), 'Hello, world!'),
      says(isIntent('AMAZON.HelpIntent'), 'You can say hello to me!'),
      says(isIntent('AMAZON.CancelIntent', 'AMAZON.StopIntent'), 'Goodbye!', true),
      says(isIntent('AMAZON.FallbackIntent'), 'I cannot help with that. Say hello!'),
      {
        canHandle: ({ requestEnvelope }) => isType('SessionEndedRequest')(requestEnvelope),
        handle: ({ responseBuilder }) => responseBuilder.getResponse(),
      },
    )
    .addErrorHandlers({
      canHandle: () => true,
      handle: ({ responseBuilder }) => responseBuilder.speak('Sorry, say that again?').getResponse(),
    })
    .create();
}

if (cluster.isPrimary) {
  for (let worker = 0; worker < WORKERS; worker += 1) cluster.fork();
  process.on('SIGTERM', () => process.exit(0)); // the workers go with their primary
} else {
  const verifiers = [];
  const adapter = new ExpressAdapter(skill(), true, true, verifiers);
  const chain = fs.readFileSync(path.join(folder, 'chain.pem'), 'utf8');
  verifiers[0].certCache.set(CHAIN_URL, chain);
  express().post('/alexa', adapter.getRequestHandlers()).listen(Number(port), '127.0.0.1');
}
