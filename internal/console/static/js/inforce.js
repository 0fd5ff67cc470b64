// The scenario that is in force, and how often each of its rules has decided.

import { del, get, of } from './api.js';
import { sure } from './ask.js';
import { button, fill, h, renew, said, trouble } from './dom.js';
import { t, translated } from './lang.js';

/** inForce is {element, load()}; load answers the scenario, or null. */
export function inForce(context) {
  const element = h('div', { class: 'in-force' });
  const rules = h('ul', { class: 'rules-in-force' });
  let drawn = ''; // name and text about it, as JSON

  async function load() {
    try {
      const scenario = await ask(context.sandbox);
      const now = JSON.stringify([scenario?.name, scenario?.about]);
      if (now !== drawn) fill(element, scenario ? shown(scenario) : h('p', { class: 'dim' }, t('scenario.none')));
      drawn = now;
      renew(rules, scenario?.rules ?? [], rule);
      return scenario;
    } catch (error) {
      drawn = '';
      fill(element, trouble(error));
      return null;
    }
  }

  function shown(scenario) {
    return [
      h('p', {}, t('scenario.in-force'), ' ', h('strong', { class: 'mono' }, scenario.name), scenario.about && [' — ', said('span', translated(scenario.about))]),
      button(t('scenario.remove'), () => sure(t('scenario.remove-sure'), t('scenario.remove'), remove)),
      rules,
    ];
  }

  async function remove() {
    await del(of(context.sandbox, 'scenario'));
    await load();
  }

  return { element, load };
}

async function ask(sandbox) {
  const { scenario } = await get(of(sandbox));
  return scenario ? get(of(sandbox, 'scenario')) : null;
}

function rule(one) {
  return h('li', {}, h('span', { class: 'mono' }, String(one.line)), h('span', { class: 'wrap' }, one.name || h('span', { class: 'mono' }, one.on)),
    h('span', { class: 'dim' }, t('scenario.decided', { n: one.decided })));
}
