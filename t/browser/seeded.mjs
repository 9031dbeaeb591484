// seeded.mjs — makes what pages show, and leaves the tokens and ids in $SEED for the tests that follow.
import { writeFileSync } from 'node:fs';
import { plan } from '../lib/tap.mjs';
import { tenant } from './api.mjs';
import { seed } from './seed.mjs';

const it = await seed();
it.nothing = await tenant('nothing');
writeFileSync(process.env.SEED, JSON.stringify(it));
process.exit(plan());
