/** Connected accounts: whom we may fetch for, and with which tokens. Knows no Camel. */
@NullMarked
package org.vitalroutes.accounts;

import org.jspecify.annotations.NullMarked;
