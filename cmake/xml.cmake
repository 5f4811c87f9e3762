# SPDX-License-Identifier: Apache-2.0
# What reads the XML documents of event packages: pugixml (MIT), which src/sip/event alone links.
find_package(pugixml REQUIRED)
