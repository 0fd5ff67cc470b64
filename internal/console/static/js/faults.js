// Chaos and live faults: what goes wrong beside the scenario.

import { del, get, of, put, send } from './api.js';
import { button, fill, h, inWords, note, renew, say, trouble } from './dom.js';
import { sentence } from './editor.js';
import { t } from './lang.js';
import { full } from './time.js';

export function faults(root, context) {
  const problem = h('div', {});
  const list = h('ul', { class: 'deliveries' });
  const share = h('input', { type: 'number', name: 'share', min: 0, max: 100, step: 'any', required: true, size: 6 });
  const dial = h('div', {});
  const text = h('textarea', { name: 'fault', class: 'mono', rows: 6, spellcheck: 'false', required: true });
  text.value = 'on: kyc.*\nfault: {status: 503}\ntimes: 1\n';
  fill(root, h('div', { class: 'padded stack wide measure' }, problem,
    h('section', { class: 'stack' }, h('h3', {}, t('overview.chaos')), h('p', { class: 'small' }, t('faults.chaos-about')),
      h('form', { class: 'btns align', onsubmit: setChaos }, h('label', { class: 'field inline' }, t('faults.share'), share),
        h('button', { type: 'submit', class: 'btn primary' }, t('faults.set'))), dial),
    h('section', { class: 'stack' }, h('h3', {}, t('overview.faults')),
      h('form', { class: 'stack', onsubmit: add }, h('label', { class: 'field' }, t('faults.one'), text),
        h('div', { class: 'btns' }, h('button', { type: 'submit', class: 'btn primary' }, t('faults.add')),
          button(t('faults.remove-all'), () => act(() => del(of(context.sandbox, 'faults')))))), list)));

  async function load() {
    try {
      const [all, chaos] = await Promise.all([get(of(context.sandbox, 'faults')), get(of(context.sandbox, 'chaos'))]);
      if (document.activeElement !== share) share.value = String(Math.round(chaos.share * 1e6) / 1e4);
      fill(dial, isMore(chaos) ? [h('p', { class: 'small' }, termOf(chaos)), h('pre', { class: 'code', tabindex: '0', role: 'region', 'aria-label': t('overview.chaos') }, chaos.source)] : []);
      renew(list, all.length > 0 ? all : [null], one);
    } catch (error) {
      fill(problem, trouble(error));
    }
  }

  /** isMore than a share of all requests. */
  function isMore(chaos) {
    return Boolean(chaos.source) && (chaos.on !== '*' || chaos.per || chaos.name || chaos.until || !/^\{"share": [^,]*\}$/.test(chaos.source));
  }

  /** termOf what is on: its name, and until when it lasts. */
  function termOf({ name, until, ended }) {
    return [name, until && t(`faults.${ended ? 'ended' : 'until'}`, { at: full(until) })].filter(Boolean).join(', ');
  }

  function one(fault) {
    if (!fault) return h('li', { class: 'dim small' }, t('faults.none'));
    return h('li', { class: 'delivery', 'data-id': fault.id },
      h('p', { class: 'delivery-head' }, h('strong', {}, fault.faults), h('span', {}, termOf(fault)), h('span', { class: 'mono' }, fault.on || '*'), h('span', { class: 'mono dim' }, fault.id),
        h('span', { class: 'dim' }, t('faults.met', { n: fault.met }))),
      h('pre', { class: 'code', tabindex: '0', role: 'region', 'aria-label': fault.id }, fault.source),
      h('div', { class: 'btns' }, button(t('faults.remove'), () => act(() => del(of(context.sandbox, 'faults', fault.id))), '', { 'aria-label': `${t('faults.remove')}: ${fault.id}` })));
  }

  async function act(what) {
    fill(problem);
    try {
      await what();
      say(t('faults.done'));
      await load();
    } catch (error) {
      const findings = error.body?.findings;
      fill(problem, findings ? note('bad', findings.map((f) => h('p', {}, `${f.line}:${f.column} `, inWords(sentence(f))))) : trouble(error));
    }
  }

  function setChaos(event) {
    event.preventDefault();
    act(() => put(of(context.sandbox, 'chaos'), { share: Number(share.value) / 100 }));
  }

  function add(event) {
    event.preventDefault();
    act(() => send('POST', of(context.sandbox, 'faults'), text.value, 'application/yaml'));
  }

  return context.feed.keepLoaded(load, ['request', 'reset', 'scenario'], 400);
}
