/**
 * The real surroundings of the tests: PostgreSQL, a FHIR server, users' tokens, and the service.
 */
package org.vitalroutes.testsupport;
