/** The route files: their rules, and a test for each fixture with everything around it replaced. */
package org.vitalroutes.routes;
