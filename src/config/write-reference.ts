import { writeFileSync } from 'node:fs';
import { renderDefaultFile, renderReference } from './reference.js';

// Run by "npm run docs" after a build; a test fails when the files are older than the schema.
writeFileSync(new URL('../../docs/configuration.md', import.meta.url), renderReference());
writeFileSync(new URL('../../config/default.yaml', import.meta.url), renderDefaultFile());
