/** run: one command line, from its words to its exit code. It never asks anything. */
import { parseArgs } from "node:util"
import { type Answer, answerTo, UsageError } from "./answer.ts"
import { backup, restore } from "./backupCommands.ts"
import { type CliConfig, loadConfig } from "./config.ts"
import { EXIT, type ExitCode } from "./exitCode.ts"
import { exportData } from "./exportCommand.ts"
import { verifyJournal } from "./journalCommand.ts"
import { applySchema, planSchema, schemaStatus, verifySchema } from "./schemaCommands.ts"

/** Where a command writes: the answer, and what is said on the way. */
export interface Output {
  readonly answer: (text: string) => void
  readonly progress: (text: string) => void
}

/** What the words of a command line say. */
export interface Given {
  readonly config: CliConfig
  /** What stands after the command's name. */
  readonly words: readonly string[]
  readonly tenants: readonly string[]
  readonly folder: string | undefined
  readonly format: "csv" | "jsonl"
  readonly isSql: boolean
  readonly isOverwritten: boolean
  readonly progress: (text: string) => void
}

type Command = (given: Given) => Promise<Answer>

const COMMANDS: Readonly<Record<string, Command>> = {
  "schema status": schemaStatus,
  "schema plan": planSchema,
  "schema apply": applySchema,
  "schema verify": verifySchema,
  "journal verify": verifyJournal,
  backup,
  restore,
  export: exportData,
}

const HELP = `anbud COMMAND [options]

  schema status            where the store stands
  schema plan [--sql]      what apply would do, and what it refuses
  schema apply             do it, all or nothing
  schema verify            compare the store with the plugins, table by table
  backup FILE              copy a SQLite file while it is in use
  restore FILE             put a backup in its place
  journal verify           recompute every hash of every journal (or of --tenant)
  export --dir FOLDER      all data of every tenant (or of --tenant), a file per table

  --config FILE            a module that exports { store, plugins }; anbud.config.js by default
  --tenant ID              may be given several times
  --format csv|jsonl       of an export; csv by default
  --overwrite              replace a file that is there
  --json                   answer with one object of JSON

Exit codes: 0 done or nothing to do · 1 changes to apply · 2 refused, or a check failed · 3 wrong usage · 4 failed`

const OPTIONS = {
  config: { type: "string" },
  tenant: { type: "string", multiple: true },
  dir: { type: "string" },
  format: { type: "string" },
  sql: { type: "boolean" },
  overwrite: { type: "boolean" },
  json: { type: "boolean" },
  help: { type: "boolean" },
} as const

/**
 * Runs a command line and gives its exit code (see `EXIT`). The answer goes to standard output, as text or, with
 * `--json`, as one object; what is said on the way goes to standard error.
 *
 * @example process.exitCode = await run(["schema", "plan", "--json"])
 */
export const run = async (args: readonly string[], output: Output = standardOutput): Promise<ExitCode> => {
  const isJson = args.includes("--json")
  const answer = await answered(args, output).catch(answerTo)
  output.answer(isJson ? JSON.stringify(answer.data) : answer.text)
  return answer.exit
}

const standardOutput: Output = {
  answer: (text) => process.stdout.write(`${text}\n`),
  progress: (text) => process.stderr.write(`${text}\n`),
}

const answered = async (args: readonly string[], output: Output): Promise<Answer> => {
  const { values, positionals } = parsed(args)
  if (values.help === true) return { exit: EXIT.done, text: HELP, data: { help: HELP } }
  const [name, length] = commandName(positionals)
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command === undefined) throw new UsageError(`There is no command ${name || "given"}.\n\n${HELP}`)
  const format = values.format ?? "csv"
  if (format !== "csv" && format !== "jsonl") throw new UsageError("--format is csv or jsonl.")
  const config = await loadConfig(values.config, process.cwd())
  try {
    return await command({
      config,
      words: positionals.slice(length),
      tenants: values.tenant ?? [],
      folder: values.dir,
      format,
      isSql: values.sql === true,
      isOverwritten: values.overwrite === true,
      progress: output.progress,
    })
  } finally {
    await config.store.close()
  }
}

const parsed = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n\n${HELP}`)
  }
}

/** The command that the first words name, and how many words that took. */
const commandName = (words: readonly string[]): readonly [string, number] => {
  const pair = words.slice(0, 2).join(" ")
  return Object.hasOwn(COMMANDS, pair) ? [pair, 2] : [words[0] ?? "", 1]
}
