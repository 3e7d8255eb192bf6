process.env.STATE_step ||= 'main';
require('./index.cjs');
