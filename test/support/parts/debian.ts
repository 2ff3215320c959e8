export { debianPackages } from '../../../scripts/debian.mjs';
