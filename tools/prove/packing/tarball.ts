/** Tarballs: what `npm publish` would upload. */
import { join } from "node:path"
import { type Package, root } from "../../workspace.ts"
import { run } from "./run.ts"

export interface Tarball {
  readonly name: string
  readonly file: string
  readonly size: number
  readonly unpackedSize: number
}

/** Builds all packages and packs them into `folder`. Rejects with the log when the build fails. */
export const buildAndPack = async (packages: readonly Package[], folder: string): Promise<readonly Tarball[]> => {
  await run(join(root, "node_modules/.bin/tsc"), ["--build", ...packages.map((one) => one.folder)], root)
  for (const one of packages) await run(join(root, "node_modules/.bin/tsup"), [], join(root, one.folder))
  const workspaces = packages.flatMap(({ name }) => ["--workspace", name])
  const json = await run("npm", ["pack", "--json", "--pack-destination", folder, ...workspaces], root)
  const packed = JSON.parse(json) as readonly (Omit<Tarball, "file"> & { readonly filename: string })[]
  return packed.map(({ name, filename, size, unpackedSize }) => {
    return { name, file: join(folder, filename.replace("@", "").replace("/", "-")), size, unpackedSize }
  })
}
