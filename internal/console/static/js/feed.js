// What happens in a sandbox, as it happens.

import { of } from './api.js';
import { calm } from './calm.js';
import { later } from './dom.js';

/** How long to wait before asking again for a stream that was refused, and for one to begin, in ms. */
const pause = 3000;

// The control API's events by the names of the events here.
const kinds = {
  request: 'request', message: 'message', clock: 'moved', reset: 'reset', lost: 'reset',
  scenario: 'scenario', answer: 'answer', profile: 'profile', delivery: 'delivery',
};

/**
 * Feed follows one sandbox at a time. It has the events: "request", "message",
 * "answer", "reset", "scenario", "profile" and "delivery" as the control API sends
 * them, with their data as detail;
 * "clock" when the page's clock has been set by the sandbox's; "state" when the
 * connection comes or goes. What the control API sends waits while somebody aims.
 */
export class Feed extends EventTarget {
  #source = null;
  #heard = []; // [name, data] that wait
  sandbox = '';
  connected = null; // not known yet

  constructor() {
    super();
    // A browser has few connections for one host: a page that is hidden gives
    // its own back. Pages load anew when the connection is there again.
    const seen = () => (document.hidden ? this.#rest() : this.#source || this.follow(this.sandbox));
    document.addEventListener('visibilitychange', seen);
    addEventListener('pagehide', () => this.#rest());
    addEventListener('pageshow', seen);
  }

  #rest() {
    this.#source?.close();
    this.#source = null;
    this.#heard = [];
    this.connected = null;
  }

  follow(sandbox) {
    this.#rest();
    this.sandbox = sandbox;
    if (!sandbox) return;
    const source = new EventSource(of(sandbox, 'events'));
    this.#source = source;
    source.onopen = () => this.#state(true);
    source.onerror = () => this.#lost(source);
    // What stands between may hold a stream back: the pages are shown without it.
    setTimeout(() => source === this.#source && this.connected === null && this.#state(false), pause);
    for (const [kind, name] of Object.entries(kinds)) {
      source.addEventListener(kind, (event) => this.#hear(name, JSON.parse(event.data)));
    }
  }

  /**
   * keepLoaded calls load once the stream is there, or is refused or held back, each time it is there again, and
   * a while after events of the names. An answer from before the stream would miss what happened until then; one
   * load waits for the other, so that the answer that is drawn last is the latest. It answers a function that ends this.
   */
  keepLoaded(load, names = [], ms = 300) {
    let [loaded, loading, again] = [false, false, false];
    const run = async () => {
      again = true;
      if (loading) return;
      try {
        for (loading = true; again;) {
          again = false;
          await load();
        }
      } finally {
        loading = false;
      }
    };
    const onState = ({ detail: connected }) => {
      if (connected || !loaded) run();
      loaded = true;
    };
    const soon = later(() => calm().then(run), ms);
    const listening = [['state', onState], ...names.map((name) => [name, soon])];
    listening.forEach(([name, hear]) => this.addEventListener(name, hear));
    if (this.connected !== null) onState({ detail: this.connected });
    return () => {
      again = false;
      soon.cancel();
      listening.forEach(([name, hear]) => this.removeEventListener(name, hear));
    };
  }

  tell(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }

  async #hear(...event) {
    this.#heard.push(event);
    if (this.#heard.length > 1) return;
    await calm();
    for (const one of this.#heard.splice(0)) this.tell(...one);
  }

  // The browser tries again by itself, but not after a refusal: the sandbox may be
  // made anew.
  #lost(source) {
    this.#state(false);
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(() => source === this.#source && this.follow(this.sandbox), pause);
  }

  #state(connected) {
    this.connected = connected;
    this.tell('state', connected);
  }
}
