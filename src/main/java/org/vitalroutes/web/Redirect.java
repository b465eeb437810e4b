package org.vitalroutes.web;

/**
 * An answer that sends the browser on.
 *
 * @param location the URL to open next
 */
public record Redirect(String location) {}
