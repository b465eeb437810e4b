package org.vitalroutes.web;

/**
 * An answer for a person.
 *
 * @param status HTTP status
 * @param language of the text
 * @param html the page
 */
public record Page(int status, String language, String html) {}
