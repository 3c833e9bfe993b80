/**
 * Runs after electron-builder has put a package together: its native addons must be exactly those of the system and
 * processor that it is for. npm installs those of the computer it runs on, so a package for another one would start
 * nowhere, or carry what nobody there can load.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Arch, type AfterPackContext } from 'electron-builder';
import { z } from 'zod';

const root = join(import.meta.dirname, '../..');
const manifestSchema = z.object({
  dependencies: z.record(z.string(), z.string()).optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});

/** What is packaged for: `process.platform` and `process.arch` there. */
export interface Target {
  readonly platform: string;
  readonly arch: string;
}

/** electron-builder calls this (`afterPack` in electron-builder.yml). */
export async function afterPack(context: AfterPackContext): Promise<void> {
  const resources = context.packager.getResourcesDir(context.appOutDir);
  const target = { platform: context.electronPlatformName, arch: Arch[context.arch] };
  await requireAddons(join(resources, 'app.asar.unpacked/node_modules'), target);
}

/** Throws unless the packages with addons in `folder` are exactly those for `target`. */
export async function requireAddons(folder: string, target: Target): Promise<void> {
  const wanted = await addonsFor(target);
  const found = await packagesWithAddons(folder);
  if (wanted.join() === found.join()) return;
  throw new Error(
    `A package for ${nameOf(target)} has to have the addons ${wanted.join(', ')}, and would have ${found.join(', ') || 'none'}. ` +
      `Package on such a computer, or install them first: npm ci --os=${target.platform} --cpu=${target.arch}`,
  );
}

/** The packages with addons for `target`, by what each dependency says it has for which system. Throws where one has none. */
export async function addonsFor(target: Target): Promise<readonly string[]> {
  const { dependencies = {} } = await manifest(root);
  const wanted = Object.keys(dependencies).map(async (name) => {
    const { optionalDependencies = {} } = await manifest(join(root, 'node_modules', name));
    const ending = new RegExp(`-${nameOf(target)}(?:-gnu|-msvc)?$`);
    const addon = Object.keys(optionalDependencies).find((each) => ending.test(each));
    if (addon === undefined) throw new Error(`${name} has no addon for ${nameOf(target)}.`);
    return addon;
  });
  return (await Promise.all(wanted)).sort();
}

function nameOf({ platform, arch }: Target): string {
  return `${platform}-${arch}`;
}

async function packagesWithAddons(folder: string): Promise<readonly string[]> {
  const files = existsSync(folder) ? await readdir(folder, { recursive: true }) : [];
  const addons = files.filter((file) => file.endsWith('.node')).map((file) => file.replaceAll('\\', '/'));
  return [...new Set(addons.map((file) => file.split('/').slice(0, 2).join('/')))].sort();
}

async function manifest(folder: string): Promise<z.output<typeof manifestSchema>> {
  return manifestSchema.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')));
}
