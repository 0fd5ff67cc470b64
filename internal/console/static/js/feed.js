// What happens in a sandbox, as it happens.

import { of } from './api.js';

/**
 * Feed follows one sandbox at a time. It tells by events: one for each kind that
 * the control API sends, with its data as detail; "moved" after any of them that
 * may have changed what pages show; "state" when the connection comes or goes.
 */
export class Feed extends EventTarget {
  #source = null;
  sandbox = '';
  connected = false;

  /** kinds of events that the control API sends. */
  static kinds = ['exchange', 'message', 'clock', 'reset', 'scenario', 'profile'];

  follow(sandbox) {
    this.#source?.close();
    this.sandbox = sandbox;
    const source = new EventSource(of(sandbox, 'events'));
    this.#source = source;
    source.onopen = () => this.#state(true);
    source.onerror = () => this.#state(false);
    for (const kind of Feed.kinds) {
      source.addEventListener(kind, (event) => this.tell(kind, JSON.parse(event.data)));
    }
  }

  tell(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }

  #state(connected) {
    this.connected = connected;
    this.tell('state', connected);
  }
}
