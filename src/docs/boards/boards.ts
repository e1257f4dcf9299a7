import { dataBoard } from './data.js';
import { workerBoard } from './worker.js';

/** The boards that `npm run docs` writes to deploy/boards, by their uid. */
export const BOARDS = [workerBoard(), dataBoard()].map(board => ({
  uid: board.uid,
  board,
  text: `${JSON.stringify(board, null, 2)}\n`,
}));
