/**
 * Steps that take long: one line saying what happens, a heartbeat while it does, the log when it fails.
 */
import { spawn } from "node:child_process"
import { basename } from "node:path"

const HEARTBEAT_SECONDS = process.stdout.isTTY ? 1 : 10
const LINES_SHOWN_ON_FAILURE = 30
const ENDING = ["SIGINT", "SIGTERM", "SIGHUP"]

/** A setup that cannot go on, with a message for the person at the keyboard. */
export class SetupFailure extends Error {}

export const say = (line) => console.log(line)

/**
 * Runs npm with `args` and waits for it, printing `title` and the seconds passed.
 *
 * Rejects with `SetupFailure` when npm fails: the end of its log is printed, and `advice(log)` names the remedy.
 */
export const step = async (title, cwd, args, { env = {}, advice = () => undefined } = {}) => {
  const beat = heartbeat(title)
  const { code, log } = await run(...npm(args), cwd, env)
  beat.stop()
  if (code === 0) return
  console.error(log.trimEnd().split("\n").slice(-LINES_SHOWN_ON_FAILURE).join("\n"))
  throw new SetupFailure(advice(log) ?? `\`npm ${args.join(" ")}\` ended with ${code}; its last lines are above.`)
}

/** Runs a program to its end and returns its exit code and all that it printed. It never rejects. */
export const run = (program, args, cwd, env = {}) =>
  new Promise((resolve) => {
    let log = ""
    const isScript = process.platform === "win32" && program === "npm"
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: "pipe", shell: isScript })
    const stop = (signal) => {
      child.kill(signal)
      process.exit(130)
    }
    child.stdin.end()
    const keep = (chunk) => {
      log += chunk
    }
    child.stdout.on("data", keep)
    child.stderr.on("data", keep)
    const done = (code, reason = "") => {
      for (const signal of ENDING) process.off(signal, stop)
      resolve({ code, log: log + reason })
    }
    child.once("error", (error) => done(1, String(error)))
    child.once("close", (code, signal) => done(code ?? 1, signal ? `stopped by ${signal}` : ""))
    for (const signal of ENDING) process.once(signal, stop)
  })

// Under `npm run`, npm says where it is itself: the same npm then installs, whatever PATH holds.
const npm = (args) => {
  const path = process.env.npm_execpath
  return path && basename(path).startsWith("npm") ? [process.execPath, [path, ...args]] : ["npm", args]
}

const heartbeat = (title) => {
  const started = Date.now()
  const seconds = () => Math.round((Date.now() - started) / 1000)
  const isTerminal = Boolean(process.stdout.isTTY)
  process.stdout.write(isTerminal ? `${title} …` : `${title} …\n`)
  const timer = setInterval(() => {
    process.stdout.write(isTerminal ? `\r${title} … ${seconds()} s` : `  … ${seconds()} s\n`)
  }, HEARTBEAT_SECONDS * 1000)
  const stop = () => {
    clearInterval(timer)
    process.stdout.write(isTerminal ? `\r${title}: ${seconds()} s\n` : `  ${seconds()} s\n`)
  }
  return { stop }
}
