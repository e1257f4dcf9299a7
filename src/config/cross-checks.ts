import type { Contradiction, CrossCheck } from './checks/check.js';
import { checkCustomProperties } from './checks/custom-properties.js';
import { checkDelivery } from './checks/delivery.js';
import { checkLogin } from './checks/login.js';
import { checkRows } from './checks/rows.js';
import { checkRules } from './checks/rules.js';
import { checkTimes } from './checks/times.js';
import { checkTls } from './checks/tls.js';
import { checkTopics } from './checks/topics.js';

const CHECKS: readonly CrossCheck[] = [
  checkTls,
  checkLogin,
  checkCustomProperties,
  checkTimes,
  checkDelivery,
  checkTopics,
  checkRows,
  checkRules,
];

/** Every combination of settings that cannot work, found before anything is connected. */
export const crossCheck: CrossCheck = (config, context): Contradiction[] =>
  CHECKS.flatMap(check => check(config, context));
