import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMessage } from '../message-data.ts';
import { EXTERNAL_URL, notificationOf, rehearsalTools } from '../rehearse.ts';
import { createTemplates } from './create-templates.ts';

const folder = resolve(import.meta.dirname, '../../../../../shared/conformance/alertmanager/templates');
if (!existsSync(folder)) console.info(`${folder} is not there: Alertmanager's own templates are not tried`);

/** Many users start from a copy of Alertmanager's own files. */
describe.skipIf(!existsSync(folder))("Alertmanager's own files", () => {
  it('load over the defaults and are used', () => {
    const files = ['default.tmpl', 'email.tmpl'].map((name) => ({
      name,
      text: readFileSync(resolve(folder, name), 'utf8'),
    }));
    const templates = createTemplates({ language: 'zh', files, externalUrl: EXTERNAL_URL });
    const alert = { labels: { alertname: 'HighErrorRate', severity: 'critical' }, annotations: { summary: 'S' } };
    const message = createMessage(notificationOf([alert]), { ...rehearsalTools(), templates });
    expect(message.render('{{ template "slack.default.title" . }}')).toBe('[FIRING:1] HighErrorRate (critical)');
    expect(message.render('{{ template "slack.default.username" . }}')).toBe('Alertmanager');
    expect(message.renderHtml('{{ template "email.default.html" . }}')).toContain('HighErrorRate');
    expect(message.render('{{ template "petrel.text" . }}')).toContain('告警中 (1)');
  });

  it('define no name that the defaults lack', () => {
    const own = createTemplates({ language: 'en', files: [], externalUrl: EXTERNAL_URL }).definedNames;
    const text = ['default.tmpl', 'email.tmpl'].map((name) => readFileSync(resolve(folder, name), 'utf8')).join('\n');
    const names = [...text.matchAll(/\{\{-? *define "([^"]+)"/g)].map((match) => match[1] as string);
    expect(names.length).toBeGreaterThan(50);
    expect(names.filter((name) => !own.includes(name))).toEqual([]);
  });
});
