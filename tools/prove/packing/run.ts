/** Running the programs that packing needs. */
import { execFile } from "node:child_process"

/** What the program printed; rejects with all that it said when it fails. */
export const run = (program: string, args: readonly string[], cwd: string): Promise<string> =>
  new Promise((resolve, reject) => {
    // Nothing of the workspace's own settings may leak into the empty project.
    const { NODE_OPTIONS: _options, npm_execpath: _npm, ...env } = process.env
    execFile(program, args, { cwd, env, maxBuffer: 1e8 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${program} ${args.join(" ")}\n${stdout}\n${stderr}`))
      else resolve(stdout)
    })
  })
