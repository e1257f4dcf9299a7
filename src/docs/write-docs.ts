import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderDefaultFile, renderReference } from '../config/reference.js';
import { renderApiPage } from './api-page.js';
import { BOARDS } from './boards/boards.js';
import { withChartValues } from './chart-values.js';
import { renderMetricsPage } from './metrics-page.js';
import { withMigrateTables } from './migrate-tables.js';
import { renderPrometheusRules } from './prometheus-rules.js';
import { withReasonTable } from './reason-table.js';

// Run by "npm run docs" after a build; a test fails when the files are older than what they are made of.
writeFileSync(new URL('../../docs/configuration.md', import.meta.url), renderReference());
writeFileSync(new URL('../../config/default.yaml', import.meta.url), renderDefaultFile());
writeFileSync(new URL('../../docs/metrics.md', import.meta.url), renderMetricsPage());
writeFileSync(new URL('../../docs/api.md', import.meta.url), renderApiPage());
const deadLetters = new URL('../../docs/dead-letters.md', import.meta.url);
writeFileSync(deadLetters, withReasonTable(readFileSync(deadLetters, 'utf8')));
const migrate = new URL('../../docs/migrate.md', import.meta.url);
writeFileSync(migrate, withMigrateTables(readFileSync(migrate, 'utf8')));
const chart = new URL('../../deploy/helm/otelrows/', import.meta.url);
writeFileSync(
  new URL('README.md', chart),
  withChartValues(
    readFileSync(new URL('README.md', chart), 'utf8'),
    readFileSync(new URL('values.yaml', chart), 'utf8'),
  ),
);
writeFileSync(
  new URL('../../deploy/prometheus/alerts.yml', import.meta.url),
  renderPrometheusRules(readFileSync(new URL('files/alerts.yaml', chart), 'utf8')),
);
for (const { uid, text } of BOARDS)
  writeFileSync(new URL(`../../deploy/boards/${uid}.json`, import.meta.url), text);
// What the command prints, since that is what people would type.
const compose = new URL('../../deploy/compose/', import.meta.url);
const printed = execFileSync(process.execPath, [
  fileURLToPath(new URL('../main.js', import.meta.url)),
  ...['schema', 'clickhouse', '--config', fileURLToPath(new URL('otelrows.yaml', compose))],
]);
writeFileSync(new URL('clickhouse/schema.sql', compose), printed);
