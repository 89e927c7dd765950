/**
 * Who may import whom. One rule per row of the table; everything not named in a row is forbidden to it.
 *
 * Three choices that the table leaves open:
 * - "Public entries" are the files that a package names under `exports` with the condition `@anbud/source`.
 * - A module's public files are its plugin (`modules/quotes/quotes.ts`) and those that define an entity, because
 *   `ref(Company)` and `needs` must point at values. All else in a module is its own business.
 * - Cycles and decisions are judged without `import type`: types are gone when the code runs.
 */
const { existsSync, readdirSync, readFileSync } = require("node:fs")
const { join } = require("node:path")

const CORE = "^packages/core/src"
const EFFECT = "^node_modules/effect/"
const npm = (...names) => `^node_modules/(${names.join("|").replaceAll(".", "\\.")})/`

const packageFolders = foldersIn("packages").flatMap((name) =>
  name === "plugins" ? foldersIn("packages/plugins").map((plugin) => `plugins/${plugin}`) : [name],
)
const publicEntries = packageFolders.flatMap((name) => entriesOf(`packages/${name}`))
const entriesOfPackage = (name) => exactly(publicEntries.filter((path) => path.startsWith(`packages/${name}/`)))
const pricing = entriesOfPackage("pricing")
const scheduling = entriesOfPackage("scheduling")
const core = entriesOfPackage("core")
const adapterSql = entriesOfPackage("adapters-sql")
const modulesPublic = exactly(modulesPublicFiles())

/** A row of the table: files under `from` may import `allowed`, and nothing else. */
const mayImport = (name, from, allowed, comment, { withTypes = true } = {}) => ({
  name,
  severity: "error",
  comment,
  from: { path: from },
  to: { pathNot: allowed, couldNotResolve: false, ...(withTypes ? {} : { dependencyTypesNot: ["type-only"] }) },
})

const layers = [
  mayImport("pricing-is-alone", "^packages/pricing/src", ["^packages/pricing/src"], "pricing imports nothing."),
  mayImport("scheduling-is-alone", "^packages/scheduling/src", ["^packages/scheduling/src"], "scheduling imports nothing."),
  mayImport(
    "kernel-knows-no-business",
    `${CORE}/kernel/`,
    [`${CORE}/kernel/`, EFFECT, pricing, "^(node:)?(async_hooks|crypto)$"],
    "The kernel imports effect and pricing's money; of Node only async_hooks and crypto.",
  ),
  mayImport(
    "facets-derive-from-the-kernel",
    `${CORE}/facets/`,
    [`${CORE}/(kernel|facets)/`, EFFECT, pricing, npm("csv-parse"), "^(node:)?crypto$"],
    "A facet is derived from an entity: kernel, effect (codecs are its schemas), pricing's money, csv-parse for imports.",
  ),
  mayImport(
    "modules-meet-at-their-public-files",
    `${CORE}/modules/([^/]+)/`,
    [`${CORE}/modules/$1/`, modulesPublic, `${CORE}/(kernel|facets)/`, EFFECT, pricing, scheduling],
    "A module imports kernel, facets, pricing, scheduling; of another module its plugin file and entity files.",
  ),
  mayImport(
    "decisions-are-pure",
    `${CORE}/flows/([^/]+)/decision\\.ts$`,
    [`${CORE}/flows/$1/`, `${CORE}/modules/`, `${CORE}/kernel/errors\\.ts$`, pricing, scheduling],
    "A decision imports pure files of modules, pricing, scheduling and kernel/errors.ts; not effect, not the kernel.",
    { withTypes: false },
  ),
  mayImport(
    "flows-stand-alone",
    `${CORE}/flows/([^/]+)/(?!decision\\.ts$)`,
    [`${CORE}/flows/$1/`, `${CORE}/modules/`, `${CORE}/kernel/`, EFFECT, pricing, scheduling],
    "A flow's command imports its decision, modules and kernel; never another flow.",
  ),
  mayImport(
    "testkit-takes-the-runner-as-an-argument",
    `${CORE}/testkit/`,
    [CORE, EFFECT, pricing, scheduling, npm("typescript"), "^(node:)?[a-z_/]+$"],
    "The testkit imports core, Node and the compiler's types; test runner and compiler are handed to it.",
  ),
  mayImport(
    "adapter-sql-knows-core-and-kysely",
    "^packages/adapters-sql/src",
    ["^packages/adapters-sql/src", core, pricing, npm("kysely", "effect"), "^(node:)?[a-z_/]+$"],
    "The shared half of the adapters imports core's entry, kysely, effect and pricing's money.",
  ),
  mayImport(
    "adapter-sqlite-is-a-list-of-differences",
    "^packages/adapters-sqlite/src",
    [
      "^packages/adapters-sqlite/src",
      adapterSql,
      core,
      npm("kysely", "effect", "better-sqlite3", "@types/better-sqlite3"),
      "^(node:)?[a-z_/]+$",
    ],
    "The SQLite adapter imports adapter-sql, core's entry, kysely, effect and its driver.",
  ),
  mayImport(
    "adapter-pg-is-a-list-of-differences",
    "^packages/adapters-pg/src",
    [
      "^packages/adapters-pg/src",
      adapterSql,
      core,
      npm("kysely", "effect", "pg", "pg-cursor", "@types/pg"),
      "^(node:)?[a-z_/]+$",
    ],
    "The PostgreSQL adapter imports adapter-sql, core's entry, kysely, effect and its driver.",
  ),
  mayImport(
    "cli-is-a-user",
    "^packages/cli/src",
    ["^packages/cli/src", core, "^(node:)?[a-z_/]+$"],
    "The command line imports core's entry and Node; the host's configuration brings the store.",
  ),
]

const doors = [
  {
    name: "public-entries-only",
    severity: "error",
    comment: "Another package is reached through its public entries, as a user would.",
    from: { path: "^packages/((?:plugins/)?[^/]+)/" },
    to: { path: "^packages/", pathNot: ["^packages/$1/", exactly(publicEntries)] },
  },
  {
    name: "users-see-public-entries-only",
    severity: "error",
    comment: "Examples, documents, benches and tools reach packages through their public entries.",
    from: { path: "^(examples|docs|bench|tools)/" },
    to: { path: "^packages/", pathNot: [exactly(publicEntries)] },
  },
  {
    name: "nothing-imports-tests",
    severity: "error",
    comment: "Tests, proofs, examples, benches and tools are ends: published code never imports them.",
    from: { path: "^packages/.*/src/" },
    to: { path: "/(test|prove)/|^(examples|docs|bench|tools)/" },
  },
  {
    name: "testkit-is-an-entry-of-its-own",
    severity: "error",
    comment: "Nothing that a host runs imports the testkit.",
    from: { path: "^packages/.*/src/", pathNot: `${CORE}/testkit/` },
    to: { path: `${CORE}/testkit/` },
  },
  {
    name: "declared-dependencies-only",
    severity: "error",
    comment: "Published code imports only what its package.json declares as a dependency or a peer.",
    from: { path: "^packages/.*/src/" },
    to: {
      dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"],
      dependencyTypesNot: ["npm", "npm-peer", "npm-optional", "type-only"],
    },
  },
  {
    name: "effect-by-subpath",
    severity: "error",
    comment: "effect is imported module by module (the barrel triples a bundle), and only its stable top-level modules.",
    from: { path: "^packages/.*/src/" },
    to: { path: ["^node_modules/effect/dist/index\\.", "^node_modules/effect/dist/[^/]+/"] },
  },
  {
    name: "resolvable",
    severity: "error",
    comment: "Every import leads to a file.",
    from: {},
    to: { couldNotResolve: true },
  },
]

const shape = [
  {
    name: "no-circular",
    severity: "error",
    comment: "A file can be read from the top only if its imports do not lead back to it.",
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
  },
  {
    name: "no-dead-file",
    severity: "error",
    comment: "Every source file is reached from a public entry of its package.",
    from: { path: exactly(publicEntries) },
    to: { path: "^packages/.*/src/", pathNot: exactly(publicEntries), reachable: false },
  },
  {
    name: "no-orphans",
    severity: "error",
    comment: "A file that imports nothing and is imported by nothing is left over.",
    from: {
      orphan: true,
      pathNot: ["\\.(test|config)\\.[cm]?[jt]s$", "^packages/[^/]+/(test|prove)/", "^\\.", exactly(publicEntries), "^(tools|bench)/[^/]+$", "^(bench|examples)/[^/]+/[^/]+$"],
    },
    to: {},
  },
]

module.exports = {
  forbidden: [...layers, ...doors, ...shape],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^packages/.*/(dist|\\.tsbuild)/|^examples/[^/]+/(out|data)/|^docs/generated/|^bench/[^/]+/peers\\.ts$|^packages/pricing/prove/mutation/runner\\.mjs$" },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    tsConfig: { fileName: join(__dirname, "tsconfig.base.json") },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["@anbud/source", "types", "import", "node", "default"],
      extensions: [".ts", ".mts", ".mjs", ".cjs", ".js", ".json", ".d.ts"],
    },
  },
}

function foldersIn(folder) {
  const path = join(__dirname, folder)
  if (!existsSync(path)) return []
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
}

function entriesOf(folder) {
  const file = join(__dirname, folder, "package.json")
  if (!existsSync(file)) return []
  const { exports = {} } = JSON.parse(readFileSync(file, "utf8"))
  return Object.values(exports)
    .map((entry) => entry["@anbud/source"])
    .filter((source) => source !== undefined)
    .map((source) => join(folder, source).replaceAll("\\", "/"))
}

function modulesPublicFiles() {
  return foldersIn("packages/core/src/modules").flatMap((module) => {
    const folder = `packages/core/src/modules/${module}`
    return readdirSync(join(__dirname, folder), { recursive: true })
      .map((name) => `${folder}/${String(name).replaceAll("\\", "/")}`)
      .filter((path) => path === `${folder}/${module}.ts` || definesEntity(path))
  })
}

function definesEntity(path) {
  return path.endsWith(".ts") && /=\s*entity\(/.test(readFileSync(join(__dirname, path), "utf8"))
}

function exactly(paths) {
  // Of no paths at all nothing is meant, and not everything.
  return paths.length === 0 ? "^$" : `^(${paths.map((path) => path.replaceAll(".", "\\.")).join("|")})$`
}
