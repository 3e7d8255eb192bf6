/** Carries bytes between stdin, stdout and a TCP port; run inside a host's network. Words: address and port. */
import { createConnection } from 'node:net';

const [address, port] = process.argv.slice(2);
const socket = createConnection({ host: address, port: Number(port), noDelay: true, timeout: 0 });
const unreached = setTimeout(() => process.exit(1), 5000);
socket.once('connect', () => clearTimeout(unreached));
socket.on('error', () => process.exit(1));
socket.on('close', () => process.exit(0));
process.stdin.pipe(socket);
socket.pipe(process.stdout);
