#!/usr/bin/env node
import { run } from "@anbud/cli"

process.exitCode = await run(process.argv.slice(2))
