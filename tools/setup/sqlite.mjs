/**
 * better-sqlite3: whether it loads under this Node, and how it is built when it does not.
 */
import { accessSync, constants } from "node:fs"
import { delimiter, join } from "node:path"
import { run, SetupFailure, step } from "./progress.mjs"

const PACKAGE = "better-sqlite3"

/** Whether a database opens, tried in a child because a build for another Node may crash instead of throwing. */
export const opensInChild = async (root) => {
  const script = `const Database = require(${JSON.stringify(PACKAGE)}); new Database(":memory:").close()`
  const { code } = await run(process.execPath, ["-e", script], root)
  return code === 0
}

/** Fetches the ready-made build of better-sqlite3, or compiles it; rejects with `SetupFailure` when neither works. */
export const buildSqlite = async (root) => {
  if (await fetchPrebuilt(root)) return
  const missing = missingTools()
  if (missing.length > 0) throw new SetupFailure(`${PACKAGE} must be compiled here. ${toolAdvice(missing)}`)
  await step(
    `Compiling ${PACKAGE} for Node ${process.versions.node} (two to three minutes)`,
    root,
    ["rebuild", PACKAGE],
    {
      env: { npm_config_build_from_source: "true" },
      advice: () => `${PACKAGE} did not compile; the compiler's last lines are above. ${toolAdvice(missing)}`,
    },
  )
  if (!(await opensInChild(root)))
    throw new SetupFailure(`${PACKAGE} was compiled but does not load; please report it.`)
}

const fetchPrebuilt = async (root) => {
  const fetcher = join(root, "node_modules", "prebuild-install", "bin.js")
  const { code } = await run(process.execPath, [fetcher], join(root, "node_modules", PACKAGE))
  return code === 0 && (await opensInChild(root))
}

// node-gyp's own wishes: Python, make and a compiler, each of which the environment may name.
const missingTools = () => {
  if (process.platform === "win32") return []
  const compilers = process.platform === "darwin" ? ["clang++", "c++", "g++"] : ["g++"]
  const tools = {
    python3: [process.env.PYTHON, process.env.npm_config_python, "python3", "python"],
    make: [process.env.MAKE, "make"],
    "g++": [process.env.CXX, ...compilers],
  }
  return Object.keys(tools).filter((name) => !tools[name].some((candidate) => candidate && isOnPath(candidate)))
}

const isOnPath = (command) => {
  const program = command.split(" ")[0]
  const folders = program.includes("/") ? [""] : (process.env.PATH ?? "").split(delimiter)
  return folders.some((folder) => isExecutable(folder === "" ? program : join(folder, program)))
}

const isExecutable = (file) => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const toolAdvice = (missing) => {
  const needed = missing.length > 0 ? missing.join(", ") : "a C++ toolchain and Python 3"
  const verb = missing.length === 1 ? "is" : "are"
  const found =
    missing.length > 0 ? `${needed} ${verb} not installed. Install with:` : `It needs ${needed}. Install with:`
  return [
    found,
    "  Debian, Ubuntu   sudo apt-get install -y python3 make g++",
    "  Fedora, RHEL     sudo dnf install python3 make gcc-c++",
    "  Alpine           sudo apk add python3 make g++",
    "  macOS            xcode-select --install",
    "  Windows          Python 3 and the Visual Studio Build Tools, workload “Desktop development with C++”",
    "and start again.",
  ].join("\n")
}
