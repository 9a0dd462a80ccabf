module.exports = require('../relay/relay.config');
