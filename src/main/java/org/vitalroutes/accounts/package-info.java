/** Connected accounts and their tokens. Depends on neither Camel nor Spring. */
@NullMarked
package org.vitalroutes.accounts;

import org.jspecify.annotations.NullMarked;
