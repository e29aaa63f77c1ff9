// Copies the front-end files of the lockfile into ../wwwroot, the French communes into the core, and the most used passwords into what refuses them: run `node vendor.mjs` after changing package.json.
// Maintainers only: what it writes is committed, so a clone builds and runs without Node and offline.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const here = import.meta.dirname, lib = join(here, '../wwwroot/lib'), communes = '../../../RgpdCrm.Core/Properties/';

const icons = `activity bar-chart building chat-dots check-lg chevron-down chevron-up circle-half clock-history download exclamation-triangle
  file-earmark-check file-earmark-text hourglass-split house-door inbox journal-check list lock people person-check person-gear
  person-plus plus-lg question-circle search shield-check sliders tag upload x-lg`.split(/\s+/);

// Package, file in it, file in wwwroot/lib, and how the content is made when it is not copied.
const files = [
  ['bootstrap', 'dist/css/bootstrap.min.css', 'bootstrap/bootstrap.min.css', withoutSourceMap],
  ['bootstrap', 'LICENSE', 'bootstrap/LICENSE'],
  ['htmx.org', 'dist/htmx.min.js', 'htmx/htmx.min.js'],
  ['htmx.org', 'LICENSE', 'htmx/LICENSE'],
  ['@fontsource-variable/hanken-grotesk', 'files/hanken-grotesk-latin-wght-normal.woff2', 'hanken-grotesk/hanken-grotesk-latin-wght.woff2'],
  ['@fontsource-variable/hanken-grotesk', 'LICENSE', 'hanken-grotesk/OFL.txt'],
  // The build for a strict policy: its style and its worker are files of their own.
  ['altcha', 'dist/external/altcha.min.js', 'altcha/altcha.min.js'],
  ['altcha', 'dist/external/altcha.css', 'altcha/altcha.css'],
  ['altcha', 'dist/workers/pbkdf2.js', 'altcha/pbkdf2.js'],
  ['altcha', 'LICENSE.txt', 'altcha/LICENSE'],
  ['bootstrap-icons', 'icons', '../icons.svg', sprite],
  ['bootstrap-icons', 'LICENSE', 'bootstrap-icons/LICENSE'],
  ['@etalab/decoupage-administratif', 'data/communes.json', `${communes}communes.tsv.br`, towns],
  ['@zxcvbn-ts/language-common', 'src/passwords.json', '../../Security/common-passwords.txt.br', lines],
  ['@zxcvbn-ts/language-common', 'LICENSE.txt', 'zxcvbn-ts/LICENSE'],
];

// The package's own licence is its code's; its data has one of its own.
const licences = { '@etalab/decoupage-administratif': 'etalab-2.0' };

execFileSync('npm', ['ci', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund'], { cwd: here, stdio: 'inherit' });
rmSync(lib, { recursive: true, force: true });
const lock = JSON.parse(readFileSync(join(here, 'package-lock.json'))).packages;
const manifest = files.map(([name, from, to, make = copy]) => {
  const { version, license: licence } = lock[`node_modules/${name}`];
  return { name, version, licence: licences[name] ?? licence, file: to, sha256: write(to, make(join(here, 'node_modules', name, from))) };
});
write('manifest.json', JSON.stringify(manifest, null, 2) + '\n');

function copy(source) {
  return readFileSync(source);
}

// The map is not shipped: a browser with its tools open would ask for it in vain.
function withoutSourceMap(source) {
  return readFileSync(source, 'utf8').replace(/\n?\/\*# sourceMappingURL=.*?\*\/\n?/, '\n');
}

function sprite(folder) {
  const symbols = icons.map(icon => readFileSync(join(folder, `${icon}.svg`), 'utf8')
    .replace(/\s*\n\s*/g, '').replace(/^<svg[^>]*>/, `<symbol id="${icon}" viewBox="0 0 16 16">`).replace('</svg>', '</symbol>'));
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join('\n')}\n</svg>\n`;
}

// Code, postal codes, name, inhabitants. Paris, Lyon and Marseille are their districts: that is what an address names.
function towns(source) {
  const all = JSON.parse(readFileSync(source)), cities = new Set(all.filter(c => c.type === 'arrondissement-municipal').map(c => c.commune));
  const lines = all.filter(c => ['commune-actuelle', 'arrondissement-municipal'].includes(c.type) && c.codesPostaux && !cities.has(c.code))
    .map(c => [c.code, c.codesPostaux.join(' '), c.nom.replace(' Arrondissement', '').replaceAll("'", '’'), c.population ?? 0].join('\t'));
  return compressed(lines.join('\n'));
}

// The most used first, one a line.
function lines(source) {
  return compressed(JSON.parse(readFileSync(source)).join('\n'));
}

function compressed(text) {
  return brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } });
}

function write(path, content) {
  const file = join(lib, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return createHash('sha256').update(content).digest('hex');
}
