/** Prints the host program, to read, check or run by hand. */
import { assembleProgram } from '../src/host/program.ts';

process.stdout.write(assembleProgram().text);
