/**
 * What the server answers, as JSON; an error where it refuses, or cannot be reached.
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<any>}
 */
export async function fetched(path, options) {
  const answer = await fetch(path, options);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.status === 204 ? null : answer.json();
}

/**
 * Sends a JSON object, and gives what the server answers.
 * @param {string} path
 * @param {object} body
 * @returns {Promise<any>}
 */
export const sent = (path, body) => fetched(path, {
  method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
