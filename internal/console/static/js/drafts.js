// Scenarios that are being written. The browser keeps them until they are put in force or
// discarded, over another place, another text and a reload.

/** How many texts of a sandbox are kept; the one that was written first goes first. */
const most = 20;

const key = (sandbox) => `sim-drafts-${sandbox}`;

const unstored = new Map(); // by sandbox, where the browser stores nothing

/** draftsOf a sandbox: {open, texts}. Texts are by the entry that they began with, '' for the scenario in force. */
export function draftsOf(sandbox) {
  const none = { open: '', texts: {} };
  if (unstored.has(sandbox)) return unstored.get(sandbox);
  try {
    return { ...none, ...JSON.parse(localStorage.getItem(key(sandbox))) };
  } catch {
    return none;
  }
}

/** keep the text of an entry, or nothing of it (undefined), and which entry is open. */
export function keep(sandbox, entry, text) {
  const { texts } = draftsOf(sandbox);
  delete texts[entry];
  if (text !== undefined) texts[entry] = text;
  for (const old of Object.keys(texts).slice(0, -most)) delete texts[old];
  const all = { open: entry, texts };
  try {
    localStorage.setItem(key(sandbox), JSON.stringify(all));
    unstored.delete(sandbox);
  } catch {
    unstored.set(sandbox, all); // storage is off or full: kept until the page is left
  }
}

/** isStored says whether the drafts outlive the page. */
export const isStored = (sandbox) => !unstored.has(sandbox);
