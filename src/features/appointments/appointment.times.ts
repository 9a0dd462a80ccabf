export { endOf, startOf, timesOf } from '../../shared/when';
