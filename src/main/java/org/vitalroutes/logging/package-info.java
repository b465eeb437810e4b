/** What is written to the log, and what is kept out of it. */
@NullMarked
package org.vitalroutes.logging;

import org.jspecify.annotations.NullMarked;
