package org.vitalroutes.web;

/**
 * An answer that redirects the browser.
 *
 * @param location the URL to open next
 */
public record Redirect(String location) {}
