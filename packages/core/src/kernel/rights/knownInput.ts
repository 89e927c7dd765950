/** Known input: what a caller gave, in which a field that the caller may not see is one that does not exist. */
import { type Caller, type Executable, inputOf, type Machine } from "../machine.ts"
import { forbidden, InvalidInput } from "../refusals.ts"
import { standingOf } from "../standing.ts"
import { type Seeing, seeing } from "./seeing.ts"

type Input = Readonly<Record<string, unknown>>

/** The values of an input; what is wrong with it is told in the words that the caller may know. */
export const givenInput = async (
  machine: Machine,
  caller: Caller,
  command: Executable,
  given: unknown,
): Promise<Input> => {
  try {
    return inputOf(machine, command, given)
  } catch (error) {
    if (command.decode === undefined || !InvalidInput.is(error)) throw error
    return machine.store.read(async (reader) => {
      const seen = seeing(machine, { reader, ...(await standingOf(machine, reader, caller)) })
      if (seen.knownModel === machine.model) throw error
      inputOf({ ...machine, model: seen.knownModel }, command, given)
      // Nothing is wrong but that a field is missing which the caller may not see, and so cannot give.
      throw forbidden(command.name)
    })
  }
}

/** The same input as far as the actor knows its fields; refuses with `InvalidInput` those that the actor does not. */
export const knownInput = (
  machine: Machine,
  { knownModel }: Seeing,
  command: Executable,
  given: unknown,
  input: Input,
): Input =>
  command.decode === undefined || knownModel === machine.model
    ? input
    : inputOf({ ...machine, model: knownModel }, command, given)
