// What the builder of the site and its pages share. Types only.

/** A part of a page, as the search knows it. */
export interface SearchEntry {
  /** `03-publish-subscribe.html#the-idea` */
  id: string
  page: string
  heading: string
  text: string
}
