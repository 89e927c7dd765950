/**
 * Faults of input and output, injected at the system call: Debian's `strace` stops the main thread of this process at a
 * write or a flush of the database's files and answers in place of the kernel.
 *
 * A short write cannot be injected like that, since the kernel has to write a part of it. There `prlimit` sets the
 * largest size of a file in the middle of the next page: the kernel itself writes what fits and then refuses.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"

/** What the system answers instead of doing its work. */
export type Fault = "EIO" | "ENOSPC" | "nothingWritten" | "shortWrite" | "fsyncEIO"

/** A fault in a database's files. */
export interface Injection {
  readonly file: string
  readonly fault: Fault
  /** The how manieth call fails, from 1. */
  readonly nth: number
  /** Whether all calls after it fail, too. */
  readonly isSticky: boolean
  /** Whether only the file itself counts, and not its log. */
  readonly isFileOnly?: boolean
}

/** What strace has printed. */
export interface Trace {
  /** The calls on the database's files so far. */
  readonly calls: readonly string[]
  /** Whether a call has failed because of us. */
  readonly hasFailed: boolean
}

/** A fault that waits for its call. */
export interface Armed {
  trace(): Trace
  /** Takes the fault away. */
  disarm(): Promise<void>
}

const WRITES = "pwrite64,write,pwritev,ftruncate"
const FLUSHES = "fsync,fdatasync"
const INJECT: Readonly<Record<Fault, string | null>> = {
  EIO: `${WRITES}:error=EIO`,
  ENOSPC: `${WRITES}:error=ENOSPC`,
  nothingWritten: "pwrite64:retval=0",
  fsyncEIO: `${FLUSHES}:error=EIO`,
  shortWrite: null,
}

/**
 * Reads what strace prints. The kernel's own refusal of a write comes with a signal, which is no call, also where SQLite
 * writes a large statement's journal to a file apart and only the signal is seen.
 */
export const readTrace = (text: string): Trace => {
  const lines = text.split("\n").filter((line) => line !== "")
  return {
    calls: lines.filter((line) => !/^(strace: |---|\+\+\+)/.test(line)),
    hasFailed: lines.some((line) => /INJECTED|EFBIG|SIGXFSZ/.test(line)),
  }
}

/** Injects a fault into the files of a database that this process has open. */
export const arm = async ({ file, fault, nth, isSticky, isFileOnly }: Injection): Promise<Armed> => {
  const out = `${file}.strace`
  const inject = INJECT[fault]
  const tails = isFileOnly ? [""] : ["", "-wal", "-shm", "-journal"]
  const paths = tails.flatMap((tail) => ["-P", `${file}${tail}`])
  const faults = inject === null ? [] : ["-e", `inject=${inject}:when=${nth}${isSticky ? "+" : ""}`]
  const trace = `trace=${WRITES},${FLUSHES}`
  const tracer = spawn("strace", ["-p", String(process.pid), "-o", out, ...paths, "-e", trace, ...faults], {
    stdio: ["ignore", "ignore", "pipe"],
  })
  await attached(tracer)
  if (fault === "shortWrite") limitFiles(String(nextFrame(file) + (nth - 1) * FRAME_BYTES + FRAME_BYTES / 2))
  return {
    trace: () => readTrace(readFileSync(out, "utf8")),
    disarm: async () => {
      if (fault === "shortWrite") limitFiles("unlimited")
      const ended = new Promise((resolve) => tracer.once("close", resolve))
      tracer.kill("SIGINT")
      await ended
    },
  }
}

const attached = (tracer: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = ""
    tracer.on("error", reject)
    tracer.on("close", () => reject(new Error(`strace cannot be used here: ${said}`)))
    tracer.stderr?.on("data", (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes("attached")) resolve()
    })
  })

const PAGE_BYTES = 4096
const FRAME_BYTES = 24 + PAGE_BYTES
const LOG_HEADER_BYTES = 32
const FRAMES_AT = 16

/** Where the next page goes in the log: the index of the log says how many pages it holds. */
const nextFrame = (file: string): number =>
  LOG_HEADER_BYTES + readFileSync(`${file}-shm`).readUInt32LE(FRAMES_AT) * FRAME_BYTES

const limitFiles = (bytes: string): void => {
  execFileSync("prlimit", ["--pid", String(process.pid), `--fsize=${bytes}:`])
}

/** Why faults cannot be injected here, with what to do about it; null where they can. */
export const cannotInject = (): string | null => {
  if (process.platform !== "linux") return "faults are injected with strace, which is there on Linux only"
  for (const [program, parcel] of [
    ["strace", "strace"],
    ["prlimit", "util-linux"],
  ] as const)
    if (spawnSync(program, ["-V"]).error) return `${program} is missing: apt-get install ${parcel}`
  const tried = spawnSync("sh", ["-c", "sleep 5 & strace -p $! -e trace=none 2>&1 & sleep 0.3; kill %1; wait"], {
    encoding: "utf8",
  })
  if (tried.stdout.includes("attached")) return null
  return "strace may not attach to a process here: run as root, or sysctl kernel.yama.ptrace_scope=0"
}
