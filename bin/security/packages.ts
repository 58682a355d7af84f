import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** Licences that ask for nothing but to be named (SPDX identifiers). */
const allowed = new Set([
  ...["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "CC0-1.0", "ISC", "MIT", "MIT-0"],
  ...["Python-2.0", "Unlicense"],
]);

/** Licences that ask for more, or are written otherwise, each looked at for the one package that has it. */
const lookedAt: Record<string, string> = {
  // A library of its own, loaded as it is, which anybody may replace: what the LGPL asks for.
  "@img/sharp-libvips": "LGPL-3.0-or-later",
  // Data about browsers, of which a build keeps nothing.
  "caniuse-lite": "CC-BY-4.0",
  // Used unchanged, as its own file: what the EPL asks for.
  elkjs: "EPL-2.0",
  // Fonts, which are not sold by themselves.
  geist: "SIL OPEN FONT LICENSE",
  // Its LICENSE file is MIT; its package.json does not say so.
  "seq-queue": "",
};

/** Packages whose install scripts we have read (7.10): Prisma's look at the version of Node and fetch its engines. */
const knownScripts = new Set(["prisma", "@prisma/engines"]);

interface Locked {
  version?: string;
  dev?: boolean;
  hasInstallScript?: boolean;
}

/** A package that a deployment runs. */
export interface Package {
  name: string;
  version: string;
  licence: string;
  hasInstallScript: boolean;
}

/** Licences in use, as package.json has them now or had them once. */
function licenceOf(manifest: { license?: string | { type: string }; licenses?: { type: string }[] }): string {
  const { license, licenses = [] } = manifest;
  return (typeof license === "object" ? license.type : license) ?? licenses.map(({ type }) => type).join(" OR ");
}

/** All packages of production that are installed here, from node_modules' own files. */
export function productionPackages(root: string): Package[] {
  const lock = JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8"));
  return Object.entries(lock.packages as Record<string, Locked>).flatMap(([directory, { dev, hasInstallScript }]) => {
    const file = path.join(root, directory, "package.json");
    if (directory === "" || dev || !existsSync(file)) return [];
    const manifest = JSON.parse(readFileSync(file, "utf8"));
    const { name, version } = manifest;
    return [{ name, version, licence: licenceOf(manifest), hasInstallScript: hasInstallScript === true }];
  });
}

/** Whether we may pass a package on under one of its licences, or under all where it has several at once. */
export function isAllowed({ name, licence }: Package): boolean {
  // One package for each kind of machine.
  if (lookedAt[name.replace(/^(@img\/sharp-libvips)-.+/, "$1")] === licence) return true;
  const options = licence.replace(/[()]/g, "").split(/ or /i);
  return options.some((option) => option.split(/ and /i).every((one) => allowed.has(one.trim())));
}

/** Packages that run a script of their own, which nobody here has read, when they are installed. */
export function withUnknownScripts(packages: Package[]): Package[] {
  return packages.filter(({ name, hasInstallScript }) => hasInstallScript && !knownScripts.has(name));
}

/** What the registry knows to be wrong with what is installed; null where it cannot be asked. */
export function advisories(root: string): { high: number; all: number } | null {
  const options = { cwd: root, encoding: "utf8" as const, timeout: 60_000, shell: process.platform === "win32" };
  const { stdout } = spawnSync("npm", ["audit", "--omit=dev", "--json", "--fetch-retries=0"], options);
  try {
    const { high, critical, total } = JSON.parse(stdout).metadata.vulnerabilities;
    return { high: high + critical, all: total };
  } catch {
    return null;
  }
}
