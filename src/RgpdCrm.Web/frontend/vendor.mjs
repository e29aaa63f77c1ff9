// Copies the pinned front-end files into wwwroot/lib and writes the manifest: npm ci --ignore-scripts && node vendor.mjs
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const here = import.meta.dirname;
const lib = join(here, '../wwwroot/lib');
const files = [
  ['bootstrap', 'dist/css/bootstrap.min.css', 'bootstrap/bootstrap.min.css'],
  ['bootstrap', 'LICENSE', 'bootstrap/LICENSE'],
  ['htmx.org', 'dist/htmx.min.js', 'htmx/htmx.min.js'],
  ['htmx.org', 'LICENSE', 'htmx/LICENSE'],
];
const sha = path => createHash('sha256').update(readFileSync(path)).digest('hex');
const manifest = files.map(([name, from, to]) => {
  const source = join(here, 'node_modules', name, from), target = join(lib, to);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(source, target);
  const { version, license } = JSON.parse(readFileSync(join(here, 'node_modules', name, 'package.json')));
  return { name, version, licence: license, file: to, sha256: sha(target) };
});
for (const file of ['hanken-grotesk-latin-wght.woff2', 'OFL.txt'])
  manifest.push({ name: 'Hanken Grotesk', version: 'variable, latin', licence: 'OFL-1.1', file: `hanken-grotesk/${file}`, sha256: sha(join(lib, 'hanken-grotesk', file)) });
manifest.push({ name: 'Bootstrap Icons (sprite)', version: '1.13.1', licence: 'MIT', file: '../icons.svg', sha256: sha(join(lib, '../icons.svg')) });
writeFileSync(join(lib, 'manifest.json'), JSON.stringify(manifest, null, 2) + '\n');
