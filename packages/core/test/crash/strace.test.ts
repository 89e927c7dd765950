/** What strace prints is read as it is meant: lines of the forms that it prints, shortened. */
import { expect, test } from "vitest"
import { readTrace } from "./strace.ts"

const WRITE = `pwrite64(18, "\\0\\0\\0\\2"..., 4096, 4120)`
const SIGNAL = "--- SIGXFSZ {si_signo=SIGXFSZ, si_code=SI_USER, si_pid=8712, si_uid=0} ---"

test.each([
  ["a fault that strace injects", [`${WRITE} = -1 EIO (Input/output error) (INJECTED)`], 1, true],
  [
    "a write that the kernel cuts and refuses",
    [`${WRITE} = 2048`, `${WRITE} = -1 EFBIG (File too large)`, SIGNAL],
    2,
    true,
  ],
  ["a refusal beside the database's files, of which only the signal is seen", [`${WRITE} = 4096`, SIGNAL], 1, true],
  ["calls that do well", [`${WRITE} = 4096`, "fdatasync(18) = 0", "--- SIGCHLD {si_signo=SIGCHLD} ---"], 2, false],
  ["nothing but strace's own lines", ["strace: Process 8712 detached", "+++ exited with 0 +++"], 0, false],
])("%s", (_, lines, calls, hasFailed) => {
  const trace = readTrace(lines.map((line) => `${line}\n`).join(""))
  expect([trace.calls.length, trace.hasFailed]).toEqual([calls, hasFailed])
})
