/** What stands before the routes: the door's filter and the security of the public port. */
@NullMarked
package org.vitalroutes.web;

import org.jspecify.annotations.NullMarked;
