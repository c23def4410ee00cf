/** A server that takes longer over what it is told, in ms, is taken to be gone: somebody waits for it. */
const PATIENCE = 8000;
/** One that takes longer over what the page cannot do without. */
const LONG_PATIENCE = 30000;

/** The server answered that it cannot do something. */
export class RefusedError extends Error {
  /**
   * @param {string} message
   * @param {number} status the HTTP status
   */
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/**
 * What the server answers, as JSON; an error where it refuses, or cannot be reached.
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<any>}
 */
export async function fetched(path, options) {
  const answer = await fetch(path, { signal: AbortSignal.timeout(LONG_PATIENCE), ...options });
  if (!answer.ok) throw new RefusedError(`${path}: ${answer.status}`, answer.status);
  return answer.status === 204 ? null : answer.json();
}

/**
 * @param {string} path
 * @param {object} body
 */
const posted = (path, body) => fetched(path, {
  method: "POST", keepalive: true, signal: AbortSignal.timeout(PATIENCE), headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

/** Settles when the server knows all that is done. */
let noting = Promise.resolve();

/**
 * Tells the server that a set is done, after all that was done before.
 * @param {import("./timeline.js").Place & {since_ms: number}} set
 * @returns {Promise<void>} rejects where it cannot be kept
 */
export function noted(set) {
  const told = noting.then(() => posted("done", set));
  noting = told.catch(() => {}); // what is done next can be kept all the same
  return told;
}

/**
 * Sends a JSON object once the server knows all that is done, and gives what it answers.
 * @param {string} path
 * @param {object} body
 * @returns {Promise<any>}
 */
export const sent = (path, body) => noting.then(() => posted(path, body));
