package org.vitalroutes.web;

/**
 * An answer that something was made.
 *
 * @param body as JSON
 */
public record Created(Object body) {}
