/** Manifests: every published package has the same shape, so that one way to build and publish fits all. */
import type { Check, Finding, Source } from "./source.ts"

interface Manifest {
  readonly name?: string
  readonly version?: string
  readonly description?: string
  readonly license?: string
  readonly type?: string
  readonly private?: boolean
  readonly sideEffects?: unknown
  readonly files?: readonly string[]
  readonly engines?: { readonly node?: string }
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly dependencies?: Readonly<Record<string, string>>
}

export const manifests: Check = (sources) => {
  const paths = new Set(sources.map(({ path }) => path))
  const packages = sources.filter(({ path }) => /^packages\/(plugins\/)?[^/]+\/package\.json$/.test(path))
  const versions = new Map(packages.map((source) => [read(source).name ?? "", read(source).version ?? ""]))
  return packages.flatMap((source): Finding[] => {
    const folder = source.path.slice(0, -"/package.json".length)
    const manifest = read(source)
    const problems = [
      ...wrongFacts(manifest),
      ...wrongExports(manifest, (file) => paths.has(`${folder}/${file}`)),
      ...wrongRanges(manifest, versions),
    ]
    return problems.map((message) => ({ check: "manifests", path: source.path, line: 0, message }))
  })
}

const read = ({ text }: Source): Manifest => JSON.parse(text) as Manifest

const wrongFacts = (manifest: Manifest): readonly string[] => {
  const facts: Readonly<Record<string, boolean>> = {
    'name must begin with "@anbud/"': manifest.name?.startsWith("@anbud/") ?? false,
    "version must be set": /^\d+\.\d+\.\d+/.test(manifest.version ?? ""),
    "description must say what it is": (manifest.description ?? "").length >= 10,
    'license must be "MIT"': manifest.license === "MIT",
    'type must be "module"': manifest.type === "module",
    "private must not be set: it is published": manifest.private !== true,
    "sideEffects must be false, so that bundlers may drop what is not used": manifest.sideEffects === false,
    'engines.node must be ">=20.19.0"': manifest.engines?.node === ">=20.19.0",
    "files must list dist and src (the source condition and the maps point at src)":
      ["dist", "src"].every((folder) => manifest.files?.includes(folder)) && !manifest.files?.includes("test"),
  }
  return Object.keys(facts).filter((fact) => !facts[fact])
}

const wrongExports = ({ exports = {} }: Manifest, exists: (file: string) => boolean): readonly string[] => {
  const problems = exports["."] === undefined ? ['exports must have "."'] : []
  if (exports["./package.json"] !== "./package.json") problems.push('exports must have "./package.json"')
  for (const [entry, target] of Object.entries(exports)) {
    if (typeof target === "string") continue
    // Conditions are tried in their order: the source condition must come before the built files, `default` last.
    const conditions = Object.keys(target).join(", ")
    if (conditions !== "@anbud/source, types, default") {
      problems.push(`exports["${entry}"] must have @anbud/source, types, default in this order, not ${conditions}`)
    }
    const source = target["@anbud/source"]?.replace(/^\.\//, "") ?? ""
    if (!exists(source)) problems.push(`exports["${entry}"] points at ${source}, which does not exist`)
    const built = source.replace(/^src\//, "./dist/").replace(/\.ts$/, "")
    if (target["types"] !== `${built}.d.ts` || target["default"] !== `${built}.js`) {
      problems.push(`exports["${entry}"] must point types and default at ${built}.d.ts and ${built}.js`)
    }
  }
  return problems
}

/** A package of ours is wanted in a range that its present version satisfies. */
const wrongRanges = ({ dependencies = {} }: Manifest, versions: ReadonlyMap<string, string>): readonly string[] =>
  Object.entries(dependencies).flatMap(([name, range]) => {
    const version = versions.get(name)
    if (version === undefined || range === `^${version}`) return []
    return [`${name} is at ${version}, but ${range} is wanted`]
  })
