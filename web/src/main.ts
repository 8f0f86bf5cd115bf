import { mount } from 'svelte'
import App from './App.svelte'
import './look/look.css'
import { start } from './state/feed.ts'

start()
const page = document.getElementById('page')
if (page) mount(App, { target: page })
