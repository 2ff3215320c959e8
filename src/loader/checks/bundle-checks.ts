/** What every bundle must meet, whether it has a program or not, in the order of the report. */
import type { Check } from '../record.js';
import { checkBundle, checkBundleNeeds } from './bundle.js';
import { checkSignature } from './signature.js';

export const bundleChecks: readonly Check[] = [checkBundle, checkSignature, checkBundleNeeds];
