/** The operators' console: a page on the management port, and its relay to the operations API. */
@NullMarked
package org.vitalroutes.console;

import org.jspecify.annotations.NullMarked;
